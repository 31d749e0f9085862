"""What every REST resource has in common. Knows no app: whose data it is, the apps say."""
