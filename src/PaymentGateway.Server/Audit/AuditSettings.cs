namespace PaymentGateway.Audit;

/// <param name="RetentionYears">How long rows are kept; 7 and more.</param>
public sealed record AuditSettings(int RetentionYears)
{
    /// <summary>No installation keeps less, so a chain that begins later than so long ago was cut by hand.</summary>
    internal const int RetentionYearsMin = 7;
}
