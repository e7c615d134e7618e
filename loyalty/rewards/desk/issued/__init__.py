"""What was handed out, in the admin: vouchers, gift cards, pools of codes, batches."""
