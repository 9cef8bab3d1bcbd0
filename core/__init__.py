"""What every other app stands on: images, files, text, dates, audit, cache, background work; knows none of ours."""
