using System.Text.Json;

namespace PaymentGateway.Tests.Hosting;

/// <summary>Waits for what others do in their own time. No test says how fast they are: only that they come to an end.</summary>
internal static class Eventually
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan betweenLooks = TimeSpan.FromMilliseconds(20);

    /// <exception cref="OperationCanceledException">It does not hold after a minute.</exception>
    public static async Task Holds(Func<Task<bool>> condition)
    {
        using var patient = new CancellationTokenSource(patience);
        while (!await condition())
        {
            await Task.Delay(betweenLooks, TimeProvider.System, patient.Token);
        }
    }

    /// <returns>The object at a path, once its status is this one.</returns>
    public static async Task<JsonElement> Becomes(this HttpClient client, string path, string status)
    {
        JsonElement now = default;
        await Holds(async () => (now = await client.GetJson(path)).Text("status") == status);
        return now;
    }

    /// <inheritdoc cref="Holds(Func{Task{bool}})"/>
    public static Task Holds(Func<bool> condition) => Holds(() => Task.FromResult(condition()));
}
