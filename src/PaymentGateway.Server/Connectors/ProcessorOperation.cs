namespace PaymentGateway.Connectors;

/// <summary>
/// What a request to a processor is sent for. It goes with the flow of the call, as a trace does, so that no connector has to hand it
/// through: nothing is decided by it, the log of requests alone reads it.
/// </summary>
/// <param name="Name">Of the connector: <c>authorize</c>, <c>capture</c>.</param>
/// <param name="Key">Our key of it; null where it has none.</param>
/// <param name="ChargeKey">The charge that it is about; null: none.</param>
internal sealed record ProcessorOperation(string Name, string? Key = null, string? ChargeKey = null)
{
    private static readonly AsyncLocal<ProcessorOperation?> current = new();

    public static ProcessorOperation? Current => current.Value;

    public async Task<T> Run<T>(Func<Task<T>> call)
    {
        current.Value = this;
        return await call();
    }
}
