namespace PaymentGateway.Mail;

/// <summary>When a mail that the server did not take is offered again. Quick at first, then hourly for three days, as mail servers do.</summary>
internal static class MailSchedule
{
    public static readonly TimeSpan LongEnough = TimeSpan.FromHours(72);

    private static readonly TimeSpan[] waits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <param name="attempts">So many were made.</param>
    /// <param name="createdAt">When it was queued.</param>
    /// <param name="now">When the last one failed.</param>
    /// <returns>Null: no more.</returns>
    public static DateTimeOffset? NextAfter(int attempts, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var next = now + waits[Math.Clamp(attempts, 1, waits.Length) - 1];
        return next - createdAt <= LongEnough ? next : null;
    }
}
