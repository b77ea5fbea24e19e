-- Reserved for clocks.
SELECT 1;
