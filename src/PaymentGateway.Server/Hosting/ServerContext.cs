using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Mail;
using PaymentGateway.Payments;
using PaymentGateway.People;
using PaymentGateway.Processors;
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

    public CommitSettings Commit { get; } = new(settings.CommitGroupMax, settings.CommitLanes, settings.CommitQueueMax);

    public ConnectorSettings Connectors { get; } = ConnectorsOf(settings);

    public SandboxSettings Sandbox => new()
    {
        Secret = new SecretVault(keys).DeriveKey("sandbox"),
        BaseUrl = () => Address.Base,
        PendingTime = settings.SandboxUpiPending,
    };

    public PaymentSettings Payments { get; } = new(settings.ConnectorTimeout, settings.OrderExpiresIn);

    public PeopleSettings People { get; } = new(settings.JwtKeys, settings.AccountUrl);

    public MailSettings Mail { get; } = MailOf(settings);

    public AuditSettings Audit => new(settings.AuditRetentionYears);

    public ProcessorSettings Processors { get; } = new(
        settings.ProcessorRequestsKept, settings.ProcessorKeys, settings.ProcessorsMerchant,
        new Dictionary<string, Mode> { ["paypal"] = ModeOf(settings.PaypalMode), ["square"] = ModeOf(settings.SquareMode) });

    /// <summary>A host that is a number is no domain that mail could come from.</summary>
    public static MailSettings MailOf(ServerSettings settings)
    {
        var host = new Uri(settings.BaseUrl).Host;
        var domain = Uri.CheckHostName(host) == UriHostNameType.Dns ? host : "localhost";
        return new(
            settings.SmtpHost, settings.SmtpPort, settings.SmtpUser, settings.SmtpPassword, settings.SmtpTls,
            settings.MailFrom ?? $"no-reply@{domain}", settings.MailDirectory);
    }

    private static Mode ModeOf(KeyMode mode) => mode == KeyMode.Live ? Mode.Live : Mode.Test;

    private static ConnectorSettings ConnectorsOf(ServerSettings settings)
    {
        var own = new ConnectorSettings { Timeout = settings.ConnectorTimeout };
        return own with
        {
            Stripe = own.Stripe with { Test = settings.StripeApiUrl ?? own.Stripe.Test },
            Square = own.Square with { Test = settings.SquareApiUrl ?? own.Square.Test },
            Paypal = own.Paypal with { Test = settings.PaypalApiUrl ?? own.Paypal.Test },
            Hdfc = own.Hdfc with { Test = settings.HdfcApiUrl ?? own.Hdfc.Test },
        };
    }

    public WebhookSettings Webhooks => new(
        settings.WebhookRetryAttempts, settings.WebhookRetryDelay, settings.WebhookPrivateNetworks == PrivateNetworks.AllowInTest, RunsWorkers);
}
