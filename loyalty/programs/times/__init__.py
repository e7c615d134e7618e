"""Times: when in a week or a year something holds."""
