"""Every address."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from sacra.web.views import (
    check,
    consent,
    diary,
    joint,
    learn,
    now,
    plan,
    progress,
    result,
    session,
)

urlpatterns = [
    path("", check.start, name="start"),
    path("begin/", check.begin, name="begin"),
    path("check/", check.check, name="check"),
    path("check/back/", check.back, name="back"),
    path("check/leave/", check.leave, name="leave"),
    path("stop/", check.stop, name="stop"),
    path("now/", now.now, name="now"),
    path("result/", result.result, name="result"),
    path("result/print/", result.handover, name="result_print"),
    path("result/tonight/", result.tonight, name="tonight"),
    path("plan/", plan.plan, name="plan"),
    path("plan/wish/", plan.wish, name="wish"),
    path("plan/exercise/<slug:name>/", plan.exercise, name="exercise"),
    path("keep/", consent.keep, name="keep"),
    path("keep/take/<str:name>", consent.take, name="take"),
    path("keep/delete/", consent.erase, name="erase"),
    path("diary/", diary.diary, name="diary"),
    path("diary/safety/", diary.safety, name="diary_safety"),
    path("diary/seen/", diary.seen, name="diary_seen"),
    path("progress/", progress.progress, name="progress"),
    path("learn/", learn.learn, name="learn"),
    path("learn/claim/<slug:name>/", learn.claim, name="claim"),
    path("learn/claim/<slug:name>/held/", joint.held, name="claim_held"),
    path("learn/joint/", joint.explorer, name="explorer"),
    path("learn/source/<slug:name>/", learn.source, name="source"),
    path("session/", session.session, name="session"),
    path("session/sw.js", session.worker, name="session_worker"),
]
urlpatterns += [path("language/", set_language, name="set_language")]
handler400 = "sacra.web.views.errors.bad_request"
handler404 = "sacra.web.views.errors.not_found"
handler500 = "sacra.web.views.errors.broken"
