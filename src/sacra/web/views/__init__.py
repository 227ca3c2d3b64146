"""One module for each part of the way: start, check, now, result, plan, diary, learn."""
