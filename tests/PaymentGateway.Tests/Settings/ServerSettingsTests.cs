using System.Collections;
using PaymentGateway.Settings;

namespace PaymentGateway.Tests.Settings;

public sealed class ServerSettingsTests
{
    private const string KeyA = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string KeyB = "HxwdHhsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

    [Fact]
    public void An_empty_environment_gives_the_defaults()
    {
        var settings = Read();
        Assert.Equal(8080, settings.Port);
        Assert.Equal("http://127.0.0.1:8080", settings.BaseUrl);
        Assert.Equal(5, settings.WebhookRetryAttempts);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.WebhookRetryDelay);
        Assert.Equal(PrivateNetworks.AllowInTest, settings.WebhookPrivateNetworks);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.ConnectorTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.SandboxUpiPending);
        Assert.Equal(60_000, settings.RateLimitPerMinute);
        Assert.Equal(300, settings.RateLimitFailedAuthPerMinute);
        Assert.Empty(settings.TrustedProxies);
        Assert.Equal(TimeSpan.FromMinutes(30), settings.OrderExpiresIn);
        Assert.Equal(LogFormat.Text, settings.LogFormat);
        Assert.Equal(Role.All, settings.Role);
        Assert.Null(settings.EncryptionKeys);
    }

    [Theory]
    [InlineData("PORT", "9090")]
    [InlineData("PORT", "")]
    [InlineData("PUBLIC_URL", "https://pay.example.com/")]
    [InlineData("PUBLIC_URL", "http://localhost:8080")]
    [InlineData("ENCRYPTION_KEY", KeyA)]
    [InlineData("ENCRYPTION_KEY", "new:" + KeyB + ",old:" + KeyA)]
    [InlineData("ENCRYPTION_KEY", "new:" + KeyB + ", " + KeyA)]
    [InlineData("JWT_SECRET", "new:" + KeyB + ",old:" + KeyA)]
    [InlineData("ACCOUNT_URL", "https://www.example.com/people")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "0")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "20")]
    [InlineData("WEBHOOK_RETRY_DELAY", "1")]
    [InlineData("WEBHOOK_PRIVATE_NETWORKS", "deny")]
    [InlineData("WEBHOOK_PRIVATE_NETWORKS", "allow-in-test")]
    [InlineData("CONNECTOR_TIMEOUT_SECONDS", "120")]
    [InlineData("SANDBOX_UPI_PENDING_SECONDS", "0")]
    [InlineData("RATE_LIMIT_PER_MINUTE", "1")]
    [InlineData("RATE_LIMIT_FAILED_AUTH_PER_MINUTE", "1")]
    [InlineData("RATE_LIMIT_PER_ADDRESS_PER_MINUTE", "1")]
    [InlineData("REDIS_URL", "redis://127.0.0.1")]
    [InlineData("REDIS_URL", "rediss://user:p%40ss@redis.example.com:6380/3")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/8, ::1,192.0.2.7")]
    [InlineData("ORDER_EXPIRES_IN_SECONDS", "60")]
    [InlineData("LOG_FORMAT", "JSON")]
    [InlineData("LOG_LEVEL", "debug")]
    [InlineData("ROLE", "worker")]
    public void A_good_value_is_taken(string name, string text) => Read((name, text));

    [Theory]
    [InlineData("PORT", "0", "a whole number from 1 to 65535")]
    [InlineData("PORT", "65536", "a whole number from 1 to 65535")]
    [InlineData("PORT", " 80", "a whole number from 1 to 65535")]
    [InlineData("PUBLIC_URL", "pay.example.com", "an address such as https://pay.example.com")]
    [InlineData("PUBLIC_URL", "ftp://pay.example.com", "an address such as https://pay.example.com")]
    [InlineData("PUBLIC_URL", "https://pay.example.com/?a=b", "an address such as https://pay.example.com")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "x", "a whole number from 0 to 20")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "-1", "a whole number from 0 to 20")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "21", "a whole number from 0 to 20")]
    [InlineData("WEBHOOK_RETRY_ATTEMPTS", "5.0", "a whole number from 0 to 20")]
    [InlineData("WEBHOOK_RETRY_DELAY", "99999999999999999999", "a whole number from 1 to 3600000")]
    [InlineData("WEBHOOK_PRIVATE_NETWORKS", "allow", "allow-in-test or deny")]
    [InlineData("CONNECTOR_TIMEOUT_SECONDS", "0", "a whole number from 1 to 120")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/8,nginx", "a list of addresses and ranges such as 10.0.0.0/8,192.0.2.7")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/33", "a list of addresses and ranges such as 10.0.0.0/8,192.0.2.7")]
    [InlineData("LOG_FORMAT", "xml", "text or json")]
    [InlineData("ROLE", "web", "all or api or worker")]
    public void A_bad_value_is_named_and_shown(string name, string text, string must) =>
        Assert.Equal([$"{name} must be {must}, not \"{text}\""], Faults((name, text)));

    [Theory]
    [InlineData("secret")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==")]
    [InlineData("id with space:" + KeyA)]
    [InlineData("a:" + KeyA + ",a:" + KeyB)]
    [InlineData(KeyA + "," + KeyA)]
    [InlineData("a:" + KeyA + ",")]
    [InlineData(":" + KeyA)]
    public void A_bad_key_is_never_shown(string text)
    {
        var fault = Assert.Single(Faults(("ENCRYPTION_KEY", text)));
        Assert.StartsWith("ENCRYPTION_KEY must be 32 bytes in base64", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(text, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:6379")]
    [InlineData("http://127.0.0.1:6379")]
    [InlineData("redis://hunter2@/0")]
    [InlineData("redis://:hunter2@host/first")]
    [InlineData("redis://:hunter2@host/0?timeout=1")]
    public void A_bad_address_of_Redis_is_never_shown(string text)
    {
        var fault = Assert.Single(Faults(("REDIS_URL", text)));
        Assert.StartsWith("REDIS_URL must be an address such as redis://", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(text, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_Redis_is_read_whole_and_printed_without_its_password()
    {
        Assert.Equal(new("redis.example.com", 6380, "user", "p@ss", 3, true), Read(("REDIS_URL", "rediss://user:p%40ss@redis.example.com:6380/3")).Redis);
        Assert.Equal(new("::1", 6379, null, "hunter2", 0, false), Read(("REDIS_URL", "redis://:hunter2@[::1]")).Redis);
        Assert.Equal("host:6379/0", $"{Read(("REDIS_URL", "redis://hunter2@host")).Redis}");
    }

    [Fact]
    public void All_faults_are_told_at_once() =>
        Assert.Equal(
            ["PORT", "LOG_FORMAT", "ROLE"],
            Faults(("PORT", "x"), ("LOG_FORMAT", "x"), ("ROLE", "x")).Select(f => f.Split(' ')[0]));

    [Fact]
    public void A_key_without_a_name_keeps_its_own_when_another_is_put_before_it()
    {
        var alone = Read(("ENCRYPTION_KEY", KeyA)).EncryptionKeys!.Single();
        var ring = Read(("ENCRYPTION_KEY", $"next:{KeyB},{KeyA}")).EncryptionKeys!;
        Assert.Equal(["next", alone.Id], ring.Select(key => key.Id));
    }

    [Fact]
    public void The_record_does_not_print_its_secrets() =>
        Assert.DoesNotContain(
            "hunter2", $"{Read(("DB_PASSWORD", "hunter2"), ("DATABASE_URL", "postgres://a:hunter2@b/c"))}", StringComparison.Ordinal);

    [Fact]
    public void Every_variable_that_is_read_is_described_and_the_other_way_round()
    {
        var asked = new AskedNames();
        ServerSettings.Read(asked);
        var described = ServerSettings.Describe();
        Assert.Equal(asked.Names, described.Select(d => d.Name));
        Assert.All(described, d => Assert.True(d is { Meaning.Length: > 0, Default.Length: > 0 }, d.Name));
    }

    private static ServerSettings Read(params (string Name, string Text)[] environment)
    {
        var (settings, faults) = ServerSettings.Read(environment.ToDictionary(e => e.Name, e => (string?)e.Text));
        Assert.Empty(faults);
        return settings!;
    }

    private static IReadOnlyList<string> Faults(params (string Name, string Text)[] environment)
    {
        var (settings, faults) = ServerSettings.Read(environment.ToDictionary(e => e.Name, e => (string?)e.Text));
        Assert.Null(settings);
        return faults;
    }

    /// <summary>An empty environment that remembers what it was asked for.</summary>
    private sealed class AskedNames : IReadOnlyDictionary<string, string?>
    {
        public List<string> Names { get; } = [];

        public string? this[string key] => throw new KeyNotFoundException(key);

        public IEnumerable<string> Keys => [];

        public IEnumerable<string?> Values => [];

        public int Count => 0;

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, out string? value)
        {
            Names.Add(key);
            value = null;
            return false;
        }

        public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() =>
            Enumerable.Empty<KeyValuePair<string, string?>>().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
