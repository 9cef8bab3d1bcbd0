"""The shared vocabulary: themes, topics, countries, languages, target groups and kinds of organisation and document."""
