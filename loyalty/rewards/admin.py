"""Admin of the rewards room."""

import loyalty.rewards.desk.redemptions
import loyalty.rewards.desk.rewards
