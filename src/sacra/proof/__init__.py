"""The rules as logic: what holds for every case there can be, proved and not sampled.

`logic` is the fifth reading of a rule, over solver terms; `world` says in those terms what a
case can be after `reasoning.settle`, and `advice` what triage and plan make of it. Each
property in `safety`, `reach` and `ladders` asks the solver for a case that breaks it.
Needs the extra `prove` (z3); nothing else in Sacra imports this package.
"""
