"""What people see, in a real browser. `make e2e` brings its own environment and, if need be, Chromium."""
