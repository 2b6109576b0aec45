"""What a practice has set: notecheck.toml, [tool.notecheck], sidecar files of notes."""
