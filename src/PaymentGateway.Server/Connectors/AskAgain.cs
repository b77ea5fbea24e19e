namespace PaymentGateway.Connectors;

/// <summary>How long to wait before a processor is asked once more.</summary>
public static class AskAgain
{
    private static readonly TimeSpan delayMax = TimeSpan.FromHours(1);

    /// <summary>2 s, 4 s, 8 s … up to an hour.</summary>
    /// <param name="checks">How often it was asked already.</param>
    public static TimeSpan After(int checks) =>
        TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(checks + 1, 20)), delayMax.TotalSeconds));
}
