-- Reserved for methods.
SELECT 1;
