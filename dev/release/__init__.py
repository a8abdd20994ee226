"""What is published of a commit: wheels, the store's branch and an archive of addons."""
