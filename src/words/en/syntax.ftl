# What is wrong with YAML.

