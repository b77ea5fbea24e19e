namespace PaymentGateway.SplitPayments;

internal static class SplitExamples
{
    public const string Create = "{}"; public const string Created = "{}"; public const string Listed = "{}"; public const string Canceled = "{}";
    public const string Refund = "{}"; public const string Refunded = "{}";
}
