-- Reserved for inbox.
SELECT 1;
