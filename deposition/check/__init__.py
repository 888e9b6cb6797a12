"""What ``deposition check`` looks at."""
