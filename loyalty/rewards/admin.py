"""Admin of the rewards room."""

import loyalty.rewards.desk.automatic
import loyalty.rewards.desk.issued.batches
import loyalty.rewards.desk.issued.gift_cards
import loyalty.rewards.desk.issued.pools
import loyalty.rewards.desk.issued.vouchers
import loyalty.rewards.desk.redemptions
import loyalty.rewards.desk.rewards
