# Which weights a model keeps.

