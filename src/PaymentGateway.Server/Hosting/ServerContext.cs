using PaymentGateway.Audit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;
using PaymentGateway.Settings;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Hosting;

/// <summary>What the areas are given at the start: the database, the keys, and each area's part of the settings.</summary>
internal sealed class ServerContext(ServerSettings settings, Db db, KeyRing keys)
{
    public Db Db => db;

    public KeyRing Keys => keys;

    public ServerSettings Settings => settings;

    public PublicAddress Address { get; } = new();

    public bool RunsWorkers => settings.Role != Role.Api;

    public ConnectorSettings Connectors { get; } = new() { Timeout = settings.ConnectorTimeout };

    public SandboxSettings Sandbox => new()
    {
        Secret = new SecretVault(keys).DeriveKey("sandbox"),
        BaseUrl = () => Address.Base,
        PendingTime = settings.SandboxUpiPending,
    };

    public PaymentSettings Payments { get; } = new(settings.ConnectorTimeout, settings.OrderExpiresIn);

    public AuditSettings Audit => new(settings.AuditRetentionYears);

    public WebhookSettings Webhooks => new(
        settings.WebhookRetryAttempts, settings.WebhookRetryDelay, settings.WebhookPrivateNetworks == PrivateNetworks.AllowInTest, RunsWorkers);
}
