-- Reserved for customers.
SELECT 1;
