namespace PaymentGateway.Settings;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>What this process does.</summary>
public enum Role
{
    All,
    Api,
    Worker,
}

/// <summary>How the way to the mail server is protected.</summary>
public enum SmtpTls
{
    /// <summary>As RFC 3207 has it; a server that does not offer it gets no mail.</summary>
    Starttls,

    None,
}

/// <summary>May webhooks go to addresses of private networks?</summary>
public enum PrivateNetworks
{
    /// <summary>In test mode only, where a developer listens on his own machine.</summary>
    AllowInTest,
    Deny,
}

/// <summary>Every environment variable that the server reads, read once.</summary>
/// <remarks>Not called Settings, as that name would be hidden by the namespace. It prints as its type's name: it holds passwords.</remarks>
public sealed record ServerSettings
{
    private static readonly Variable<string?> databaseUrl = Variables.Text("DATABASE_URL",
        "The PostgreSQL to use, as postgres://user:password@host:5432/database", "a PostgreSQL of its own under the data directory");

    private static readonly Variable<string?> dbHost = Variables.Text("DB_HOST",
        "The host of the PostgreSQL to use, instead of DATABASE_URL", "not used");
    private static readonly Variable<string?> dbPort = Variables.Text("DB_PORT", "Its port", "5432");
    private static readonly Variable<string?> dbName = Variables.Text("DB_NAME", "Its database", "paymentgateway");
    private static readonly Variable<string?> dbUser = Variables.Text("DB_USER", "The user to log in as", "paymentgateway");
    private static readonly Variable<string?> dbPassword = Variables.Text("DB_PASSWORD", "The password of that user", "none");

    private static readonly Variable<string?> postgresBin = Variables.Text("POSTGRES_BIN",
        "The folder with initdb, pg_ctl and postgres for the database of its own", "searched for");

    private static readonly Variable<IReadOnlyList<EncryptionKey>?> encryptionKeys = Variables.Keys("ENCRYPTION_KEY",
        "the file encryption.key in the data directory, made at the first start",
        "The key of stored secrets: 32 bytes in base64. To rotate, put the new one before the old: "
        + "id:base64,id:base64; the command reencrypt says when the old one may go");

    private static readonly Variable<IReadOnlyList<EncryptionKey>?> jwtKeys = Variables.Keys("JWT_SECRET",
        "derived from ENCRYPTION_KEY",
        "The key that signs people's access tokens: 32 bytes in base64. To rotate, put the new one before the old: "
        + "id:base64,id:base64; take the old one away after ten minutes");

    private static readonly Variable<Uri?> publicUrl = Variables.BaseUrl("PUBLIC_URL", "http://127.0.0.1:PORT",
        "The address at which customers and merchants reach this server");

    private static readonly Variable<Uri?> accountUrl = Variables.BaseUrl("ACCOUNT_URL", "PUBLIC_URL/account",
        "Where your pages for people are: the links that are mailed lead to its /confirm, /reset and /join");

    private static readonly Variable<string?> smtpHost = Variables.Text("SMTP_HOST", "The mail server", "none: mail waits in the database");
    private static readonly Variable<int> smtpPort = Variables.Whole("SMTP_PORT", 587, 1, 65535, "Its port");
    private static readonly Variable<string?> smtpUser = Variables.Text("SMTP_USER", "The user to log in there as", "without logging in");
    private static readonly Variable<string?> smtpPassword = Variables.Text("SMTP_PASSWORD", "The password of that user", "none");

    private static readonly Variable<SmtpTls> smtpTls = Variables.OneOf("SMTP_TLS", SmtpTls.Starttls,
        "Whether mail and password are encrypted on the way there; none only where the way is your own");

    private static readonly Variable<string?> mailFrom = Variables.Mailbox("MAIL_FROM", "no-reply@ and the host of PUBLIC_URL",
        "The sender of mail");

    private static readonly Variable<string?> mailDirectory = Variables.Text("MAIL_DIRECTORY",
        "A folder in which mail becomes .eml files instead of being sent", "mail is sent");

    private static readonly Variable<int> port = Variables.Whole("PORT", 8080, 1, 65535, "The port to listen on");

    private static readonly Variable<int> webhookRetryAttempts = Variables.Whole("WEBHOOK_RETRY_ATTEMPTS", 5, 0, 20,
        "Quick repeats of a webhook that was not taken, before the slow ones");

    private static readonly Variable<int> webhookRetryDelay = Variables.Whole("WEBHOOK_RETRY_DELAY", 1000, 1, 3_600_000,
        "Milliseconds before the first repeat; each further one waits twice as long");

    private static readonly Variable<PrivateNetworks> webhookPrivateNetworks = Variables.OneOf("WEBHOOK_PRIVATE_NETWORKS",
        PrivateNetworks.AllowInTest, "Whether webhooks may go to private addresses; in live mode never");

    private static readonly Variable<int> connectorTimeoutSeconds = Variables.Whole("CONNECTOR_TIMEOUT_SECONDS", 20, 1, 120,
        "Seconds to wait for a processor's answer; then the outcome is unknown and is asked for");

    private static readonly Variable<Uri?> stripeApiUrl = Variables.BaseUrl("STRIPE_API_URL", "https://api.stripe.com",
        "Where test mode calls Stripe, such as a simulator; live mode always calls Stripe itself");

    private static readonly Variable<Uri?> squareApiUrl = Variables.BaseUrl("SQUARE_API_URL", "https://connect.squareupsandbox.com",
        "Where test mode calls Square, such as a simulator; live mode always calls Square itself");

    private static readonly Variable<Uri?> paypalApiUrl = Variables.BaseUrl("PAYPAL_API_URL", "https://api-m.sandbox.paypal.com",
        "Where test mode calls PayPal, such as a simulator; live mode always calls PayPal itself");

    private static readonly Variable<Uri?> hdfcApiUrl = Variables.BaseUrl("HDFC_API_URL", "https://smartgateway.hdfcuat.bank.in",
        "Where test mode calls HDFC SmartGateway, such as a simulator; live mode always calls SmartGateway itself");

    private static readonly Variable<string?> processorsMerchant = Variables.Text("PROCESSORS_MERCHANT",
        "The merchant whose accounts the keys below are", "the only merchant there is");

    /// <summary>Keys of one merchant's accounts: which field of which processor's account each variable is.</summary>
    private static readonly (string Processor, string Field, Variable<string?> Variable)[] processorKeys =
    [
        ("stripe", "secretKey", Variables.Text("STRIPE_SECRET_KEY", "The secret key at Stripe; its mode is that of the account", "none")),
        ("stripe", "publishableKey", Variables.Text("STRIPE_PUBLISHABLE_KEY", "The publishable key of the same mode", "none")),
        ("stripe", "webhookSecret", Variables.Text("STRIPE_WEBHOOK_SECRET", "The signing secret of the webhook endpoint at Stripe", "none")),
        ("paypal", "clientId", Variables.Text("PAYPAL_CLIENT_ID", "The client id of the app at PayPal", "none")),
        ("paypal", "clientSecret", Variables.Text("PAYPAL_CLIENT_SECRET", "Its secret", "none")),
        ("paypal", "webhookId", Variables.Text("PAYPAL_WEBHOOK_ID", "The id of the webhook at PayPal", "none")),
        ("square", "accessToken", Variables.Text("SQUARE_ACCESS_TOKEN", "The access token at Square", "none")),
        ("square", "locationId", Variables.Text("SQUARE_LOCATION_ID", "The location there whose payments these are", "none")),
        ("square", "webhookSignatureKey",
            Variables.Text("SQUARE_WEBHOOK_SIGNATURE_KEY", "The signature key of the webhook subscription at Square", "none")),
    ];

    private static readonly Variable<KeyMode> paypalMode = Variables.OneOf("PAYPAL_MODE", KeyMode.Test, "The mode of PAYPAL_CLIENT_ID");
    private static readonly Variable<KeyMode> squareMode = Variables.OneOf("SQUARE_MODE", KeyMode.Test, "The mode of SQUARE_ACCESS_TOKEN");

    private static readonly Variable<int> processorRequestsKeepDays = Variables.Whole("PROCESSOR_REQUESTS_KEEP_DAYS", 30, 1, 3650,
        "Days that requests to processors are kept, masked, to look at");

    private static readonly Variable<int> sandboxUpiPendingSeconds = Variables.Whole("SANDBOX_UPI_PENDING_SECONDS", 30, 0, 3600,
        "Seconds after which a pending UPI payment of the sandbox succeeds by itself");

    private static readonly Variable<int> rateLimitPerMinute = Variables.Whole("RATE_LIMIT_PER_MINUTE", 60_000, 1, 100_000_000,
        "Requests a minute with one API key");

    private static readonly Variable<int> rateLimitFailedAuthPerMinute = Variables.Whole(
        "RATE_LIMIT_FAILED_AUTH_PER_MINUTE", 300, 1, 1_000_000, "Failed authentications a minute from one address");

    private static readonly Variable<int> rateLimitPerAddressPerMinute = Variables.Whole(
        "RATE_LIMIT_PER_ADDRESS_PER_MINUTE", 12_000, 1, 100_000_000, "Requests a minute from one address where no key or person is asked for");

    private static readonly Variable<RedisAddress?> redisUrl = Variables.Redis("REDIS_URL", "they share them in PostgreSQL",
        "The Redis in which replicas share the counts of rate limits, as redis://user:password@host:6379/0");

    private static readonly Variable<IReadOnlyList<AddressRange>> trustedProxies = Variables.Ranges("TRUSTED_PROXIES",
        "The proxies before this server: addresses and ranges whose X-Forwarded-For is believed");

    private static readonly Variable<int> orderExpiresInSeconds = Variables.Whole("ORDER_EXPIRES_IN_SECONDS", 1800, 60, 30 * 24 * 3600,
        "Seconds until an order expires that does not say so itself");

    private static readonly Variable<int> auditRetentionYears = Variables.Whole("AUDIT_RETENTION_YEARS", 7, 7, 100,
        "Years that audit logs are kept; then whole months of them are dropped");

    private static readonly Variable<int> commitGroupMax = Variables.Whole("COMMIT_GROUP_MAX", 64, 1, 1000,
        "The most changes of concurrent requests that share a transaction; 1 gives each its own");

    private static readonly Variable<int> commitLanes = Variables.Whole("COMMIT_LANES", 2, 1, 32,
        "The most such transactions at once; a second begins when a whole group waits, or when the first takes long");

    private static readonly Variable<int> commitQueueMax = Variables.Whole("COMMIT_QUEUE_MAX", 1000, 1, 1_000_000,
        "How many changes of one merchant and mode may wait to be written, ten times as many of all; then new requests get SERVER_BUSY");

    private static readonly Variable<LogFormat> logFormat = Variables.OneOf("LOG_FORMAT", LogFormat.Text, "How log lines are written");

    private static readonly Variable<LogLevel> logLevel = Variables.OneOf("LOG_LEVEL", LogLevel.Information,
        "The least important lines to log");

    private static readonly Variable<Role> role = Variables.OneOf("ROLE", Role.All,
        "What this process does: answer requests, work in the background, or both");

    private ServerSettings()
    {
    }

    public string? DatabaseUrl { get; init; }
    public string? DbHost { get; init; }
    public string? DbPort { get; init; }
    public string? DbName { get; init; }
    public string? DbUser { get; init; }
    public string? DbPassword { get; init; }
    public string? PostgresBin { get; init; }

    /// <summary>The current key first; null: the key file of the data directory.</summary>
    public IReadOnlyList<EncryptionKey>? EncryptionKeys { get; init; }

    /// <summary>The current key first; null: derived from the key ring.</summary>
    public IReadOnlyList<EncryptionKey>? JwtKeys { get; init; }

    public Uri? PublicUrl { get; init; }
    public Uri? AccountUrl { get; init; }
    public string? SmtpHost { get; init; }
    public required int SmtpPort { get; init; }
    public string? SmtpUser { get; init; }
    public string? SmtpPassword { get; init; }
    public required SmtpTls SmtpTls { get; init; }
    public string? MailFrom { get; init; }
    public string? MailDirectory { get; init; }
    public required int Port { get; init; }
    public required int WebhookRetryAttempts { get; init; }
    public required TimeSpan WebhookRetryDelay { get; init; }
    public required PrivateNetworks WebhookPrivateNetworks { get; init; }
    public required TimeSpan ConnectorTimeout { get; init; }
    public Uri? StripeApiUrl { get; init; }
    public Uri? SquareApiUrl { get; init; }
    public Uri? PaypalApiUrl { get; init; }
    public Uri? HdfcApiUrl { get; init; }
    public string? ProcessorsMerchant { get; init; }

    /// <summary>Those that are not set among them.</summary>
    public required IReadOnlyList<ProcessorKey> ProcessorKeys { get; init; }
    public required KeyMode PaypalMode { get; init; }
    public required KeyMode SquareMode { get; init; }
    public required TimeSpan ProcessorRequestsKept { get; init; }
    public required TimeSpan SandboxUpiPending { get; init; }
    public required int RateLimitPerMinute { get; init; }
    public required int RateLimitFailedAuthPerMinute { get; init; }
    public required int RateLimitPerAddressPerMinute { get; init; }
    public RedisAddress? Redis { get; init; }
    public required IReadOnlyList<AddressRange> TrustedProxies { get; init; }
    public required TimeSpan OrderExpiresIn { get; init; }
    public required int AuditRetentionYears { get; init; }
    public required int CommitGroupMax { get; init; }
    public required int CommitLanes { get; init; }
    public required int CommitQueueMax { get; init; }
    public required LogFormat LogFormat { get; init; }
    public required LogLevel LogLevel { get; init; }
    public required Role Role { get; init; }

    /// <summary>The address at which the outside reaches this server, without a slash at the end.</summary>
    public string BaseUrl => PublicUrl?.AbsoluteUri.TrimEnd('/') ?? $"http://127.0.0.1:{Port}";

    /// <summary>The settings, or one sentence for each variable that cannot be read.</summary>
    public static (ServerSettings? Settings, IReadOnlyList<string> Faults) Read(IReadOnlyDictionary<string, string?> environment)
    {
        var faults = new List<string>();
        T Value<T>(Variable<T> variable) => variable.Read(environment, faults);
        var settings = new ServerSettings
        {
            DatabaseUrl = Value(databaseUrl),
            DbHost = Value(dbHost),
            DbPort = Value(dbPort),
            DbName = Value(dbName),
            DbUser = Value(dbUser),
            DbPassword = Value(dbPassword),
            PostgresBin = Value(postgresBin),
            EncryptionKeys = Value(encryptionKeys),
            JwtKeys = Value(jwtKeys),
            PublicUrl = Value(publicUrl),
            AccountUrl = Value(accountUrl),
            SmtpHost = Value(smtpHost),
            SmtpPort = Value(smtpPort),
            SmtpUser = Value(smtpUser),
            SmtpPassword = Value(smtpPassword),
            SmtpTls = Value(smtpTls),
            MailFrom = Value(mailFrom),
            MailDirectory = Value(mailDirectory),
            Port = Value(port),
            WebhookRetryAttempts = Value(webhookRetryAttempts),
            WebhookRetryDelay = TimeSpan.FromMilliseconds(Value(webhookRetryDelay)),
            WebhookPrivateNetworks = Value(webhookPrivateNetworks),
            ConnectorTimeout = TimeSpan.FromSeconds(Value(connectorTimeoutSeconds)),
            StripeApiUrl = Value(stripeApiUrl),
            SquareApiUrl = Value(squareApiUrl),
            PaypalApiUrl = Value(paypalApiUrl),
            HdfcApiUrl = Value(hdfcApiUrl),
            ProcessorsMerchant = Value(processorsMerchant),
            ProcessorKeys = [.. processorKeys.Select(key => new ProcessorKey(key.Processor, key.Field, key.Variable.Name, Value(key.Variable)))],
            PaypalMode = Value(paypalMode),
            SquareMode = Value(squareMode),
            ProcessorRequestsKept = TimeSpan.FromDays(Value(processorRequestsKeepDays)),
            SandboxUpiPending = TimeSpan.FromSeconds(Value(sandboxUpiPendingSeconds)),
            RateLimitPerMinute = Value(rateLimitPerMinute),
            RateLimitFailedAuthPerMinute = Value(rateLimitFailedAuthPerMinute),
            RateLimitPerAddressPerMinute = Value(rateLimitPerAddressPerMinute),
            Redis = Value(redisUrl),
            TrustedProxies = Value(trustedProxies),
            OrderExpiresIn = TimeSpan.FromSeconds(Value(orderExpiresInSeconds)),
            AuditRetentionYears = Value(auditRetentionYears),
            CommitGroupMax = Value(commitGroupMax),
            CommitLanes = Value(commitLanes),
            CommitQueueMax = Value(commitQueueMax),
            LogFormat = Value(logFormat),
            LogLevel = Value(logLevel),
            Role = Value(role),
        };
        return faults.Count == 0 ? (settings, faults) : (null, faults);
    }

    /// <summary>All variables with their meaning and default, in the order of this file.</summary>
    public static IReadOnlyList<VariableDescription> Describe() =>
    [
        databaseUrl.Description, dbHost.Description, dbPort.Description, dbName.Description, dbUser.Description, dbPassword.Description,
        postgresBin.Description, encryptionKeys.Description, jwtKeys.Description, publicUrl.Description, accountUrl.Description,
        smtpHost.Description, smtpPort.Description, smtpUser.Description, smtpPassword.Description, smtpTls.Description,
        mailFrom.Description, mailDirectory.Description, port.Description,
        webhookRetryAttempts.Description, webhookRetryDelay.Description, webhookPrivateNetworks.Description,
        connectorTimeoutSeconds.Description, stripeApiUrl.Description, squareApiUrl.Description, paypalApiUrl.Description,
        hdfcApiUrl.Description,
        processorsMerchant.Description, .. processorKeys.Select(key => key.Variable.Description), paypalMode.Description, squareMode.Description,
        processorRequestsKeepDays.Description, sandboxUpiPendingSeconds.Description,
        rateLimitPerMinute.Description, rateLimitFailedAuthPerMinute.Description, rateLimitPerAddressPerMinute.Description,
        redisUrl.Description, trustedProxies.Description,
        orderExpiresInSeconds.Description, auditRetentionYears.Description,
        commitGroupMax.Description, commitLanes.Description, commitQueueMax.Description,
        logFormat.Description, logLevel.Description, role.Description,
    ];

    public override string ToString() => nameof(ServerSettings);
}
