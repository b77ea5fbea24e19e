using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <param name="RetryAttempts">Quick repeats after the first attempt, before the hourly ones.</param>
/// <param name="RetryDelay">Before the first repeat; each further one waits twice as long.</param>
/// <param name="AllowPrivateInTest">Whether sandbox webhooks may go to private addresses.</param>
/// <param name="RunsWorkers">Whether this process sends, or only tells those that do.</param>
public sealed record WebhookSettings(int RetryAttempts, TimeSpan RetryDelay, bool AllowPrivateInTest, bool RunsWorkers);

/// <summary>The clear text of a merchant's default webhook secret, which signs what goes to an order's own address.</summary>
internal delegate ValueTask<string> MerchantWebhookSecret(Tenant tenant);

/// <summary>A number from 0 up to 1, for the jitter of retries.</summary>
internal delegate double Chance();
