"""Pages of the admin about points: everything is shown, and changed through the same rules as everywhere."""
