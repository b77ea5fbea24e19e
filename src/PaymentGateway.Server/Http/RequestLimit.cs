namespace PaymentGateway.Http;

/// <summary>Endpoint metadata: one caller may call it so often in a stretch of the clock, whatever else they call.</summary>
/// <param name="Count">So often.</param>
/// <param name="Minutes">How long the stretch is.</param>
/// <param name="Each">A part of the route: each of its values is counted apart. Null: all are counted together.</param>
public sealed record RequestLimit(int Count, int Minutes = 1, string? Each = null)
{
    public const int Hour = 60;
}
