namespace PaymentGateway.Connectors.Sandbox;

/// <summary>How the sandbox reaches the server that it is a part of, and how it signs.</summary>
public sealed class SandboxSettings
{
    /// <summary>The name of the environment setting of <see cref="PendingTime"/>, in whole seconds.</summary>
    public const string PendingTimeName = "SANDBOX_UPI_PENDING_SECONDS";

    /// <summary>The secret that the sandbox's keys are derived from; the same on every replica.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>Where this server is reached. A function, because a port chosen by the system is known only when it listens.</summary>
    public required Func<Uri> BaseUrl { get; init; }

    /// <summary>How long a pending payment stays so before it succeeds by itself.</summary>
    public TimeSpan PendingTime { get; init; } = TimeSpan.FromSeconds(30);

    internal string Page(string path) => new Uri(BaseUrl(), path).AbsoluteUri;
}
