"""Admin pages of the whole app, gathered where all of its rooms are known."""

from referrals.qualification.desk import advocates, plans, referral_pages, reviews, rewards
