"""Every address."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from sacra.web.views import (
    account,
    check,
    consent,
    diary,
    joint,
    learn,
    measures,
    mood,
    now,
    plan,
    progress,
    reminders,
    result,
    safety,
    session,
    wishes,
)

urlpatterns = [
    path("", check.start, name="start"),
    path("begin/", check.begin, name="begin"),
    path("check/", check.check, name="check"),
    path("check/back/", check.back, name="back"),
    path("check/onwards/", check.onwards, name="onwards"),
    path("check/leave/", check.leave, name="leave"),
    path("stop/", check.stop, name="stop"),
    path("now/", now.now, name="now"),
    path("result/", result.result, name="result"),
    path("result/print/", result.handover, name="result_print"),
    path("result/tonight/", result.tonight, name="tonight"),
    path("plan/", plan.plan, name="plan"),
    path("plan/wish/", wishes.wish, name="wish"),
    path("plan/other/<slug:name>/", wishes.other, name="other"),
    path("plan/exercise/<slug:name>/", plan.exercise, name="exercise"),
    path("keep/", consent.keep, name="keep"),
    path("keep/take/<str:name>", consent.take, name="take"),
    path("keep/delete/", consent.erase, name="erase"),
    path("diary/", diary.diary, name="diary"),
    path("diary/safety/", diary.safety, name="diary_safety"),
    path("diary/seen/", diary.seen, name="diary_seen"),
    path("progress/", progress.progress, name="progress"),
    path("measures/", measures.measures, name="measures"),
    path("measures/safety/", mood.mood, name="mood"),
    path("measures/<slug:name>/", measures.measure, name="measure"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/sacra.ics", reminders.calendar, name="calendar_file"),
    path("reminders/confirm/<str:token>/", reminders.confirm, name="confirm_reminders"),
    path("reminders/stop/<str:token>/", reminders.stop, name="stop_reminders"),
    path("learn/", learn.learn, name="learn"),
    path("learn/claim/<slug:name>/", learn.claim, name="claim"),
    path("learn/claim/<slug:name>/held/", joint.held, name="claim_held"),
    path("learn/joint/", joint.explorer, name="explorer"),
    path("learn/source/<slug:name>/", learn.source, name="source"),
    path("safety/", safety.safety, name="safety"),
    path("session/", session.session, name="session"),
    path("session/sw.js", session.worker, name="session_worker"),
    path("account/", account.account, name="account"),
    path("account/arrive/", account.arrive, name="arrive"),
    path("account/join/", account.join, name="join"),
    path("account/bring/", account.bring_back, name="bring"),
    path("account/devices/", account.devices, name="devices"),
    path("account/signed-out/", account.signed_out, name="signed_out"),
    path("account/logout/", account.sign_out, name="account_logout"),
    path("account/email/", account.email, name="account_email"),
    path("account/password/set/", account.set_password, name="account_set_password"),
    path("account/", include("allauth.account.urls")),
    path("account/second/", include("allauth.mfa.urls")),
]
urlpatterns += [path("language/", set_language, name="set_language")]
handler400 = "sacra.web.views.errors.bad_request"
handler403 = "sacra.web.views.errors.refused"
handler404 = "sacra.web.views.errors.not_found"
handler500 = "sacra.web.views.errors.broken"
