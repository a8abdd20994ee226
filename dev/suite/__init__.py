"""The tests and checks: what runs them, divides them, and adds up what they report."""
