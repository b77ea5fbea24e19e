using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <param name="RetryAttempts">Quick repeats after the first attempt, before the hourly ones.</param>
/// <param name="RetryDelay">Before the first repeat; each further one waits twice as long.</param>
/// <param name="AllowPrivateInTest">Whether sandbox webhooks may go to private addresses.</param>
/// <param name="RunsWorkers">Whether this process sends, or only tells those that do.</param>
public sealed record WebhookSettings(int RetryAttempts, TimeSpan RetryDelay, bool AllowPrivateInTest, bool RunsWorkers)
{
    public static WebhookSettings Default { get; } = new(5, TimeSpan.FromSeconds(1), AllowPrivateInTest: true, RunsWorkers: true);
}

/// <summary>The clear text of a merchant's default webhook secret, which signs what goes to an order's own address.</summary>
public delegate Task<string?> MerchantWebhookSecret(Tenant tenant, CancellationToken cancel);

/// <summary>Encrypts an endpoint's secret for the database, and back.</summary>
public sealed record SecretSealing(Func<string, string> Seal, Func<string, string> Open);

/// <summary>A number from 0 up to 1, for the jitter of retries.</summary>
public delegate double Chance();
