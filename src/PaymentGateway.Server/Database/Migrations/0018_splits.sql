-- Reserved for splits.
SELECT 1;
