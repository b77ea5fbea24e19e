-- Reserved for mandates.
SELECT 1;
