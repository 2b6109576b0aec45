"""Invented procedure notes with their true facts, from a seeded grammar. README.md beside this file tells how it is used."""
