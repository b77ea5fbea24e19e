using System.Text.Json;

namespace PaymentGateway.Tests.Hosting;

/// <summary>Waits for what others do in their own time. No test says how fast they are: only that they come to an end.</summary>
internal static class Eventually
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan betweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Fails when it does not hold after a minute.</summary>
    /// <param name="condition">What is looked at again and again.</param>
    /// <param name="found">What there is instead, for whoever reads of the failure.</param>
    public static async Task Holds(Func<Task<bool>> condition, Func<string>? found = null)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !await condition();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"not after {patience}: {found?.Invoke()}");
            await Task.Delay(betweenLooks, TimeProvider.System);
        }
    }

    /// <returns>The object at a path, once its status is this one.</returns>
    public static async Task<JsonElement> Becomes(this HttpClient client, string path, string status)
    {
        JsonElement now = default;
        await Holds(async () => (now = await client.GetJson(path)).Text("status") == status, () => $"{now}, not {status}");
        return now;
    }

    /// <inheritdoc cref="Holds(Func{Task{bool}}, Func{string})"/>
    public static Task Holds(Func<bool> condition) => Holds(() => Task.FromResult(condition()));
}
