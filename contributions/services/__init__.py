"""The verbs of contributions, by who does them: contributors write and submit, reviewers decide, time passes."""
