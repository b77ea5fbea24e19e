using Microsoft.Extensions.Configuration;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class DatabaseSettingsTests
{
    [Fact]
    public void Without_any_variable_the_database_is_embedded()
    {
        var settings = Read();
        Assert.True(settings.IsEmbedded);
        Assert.Equal(Path.GetFullPath("data"), settings.DataDirectory);
    }

    [Theory]
    [InlineData("postgres://pay:secret@db.example:6543/shop")]
    [InlineData("postgresql://pay:secret@db.example:6543/shop")]
    [InlineData("Host=db.example;Port=6543;Database=shop;Username=pay;Password=secret")]
    public void A_database_url_may_be_a_url_or_npgsqls_own_form(string url)
    {
        var address = Address(("DATABASE_URL", url));
        Assert.Equal(
            ("db.example", 6543, "shop", "pay", "secret"),
            (address.Host, address.Port, address.Database, address.Username, address.Password));
    }

    [Fact]
    public void A_url_may_hold_any_character_percent_encoded()
    {
        var address = Address(("DATABASE_URL", "postgres://p%40y:s%3A%2F%3F%23%25%3B%27@[::1]/sh%20op"));
        Assert.Equal(("p@y", "s:/?#%;'", "sh op"), (address.Username, address.Password, address.Database));
        Assert.Equal("::1", address.Host!.Trim('[', ']'));
        Assert.Equal(5432, address.Port);
    }

    [Fact]
    public void A_url_may_name_a_socket_folder()
    {
        var address = Address(("DATABASE_URL", "postgres:///shop?host=/run/postgresql&user=pay"));
        Assert.Equal(("/run/postgresql", "shop", "pay"), (address.Host, address.Database, address.Username));
    }

    [Theory]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData("disable", SslMode.Disable)]
    public void A_urls_sslmode_is_kept(string text, SslMode expected) =>
        Assert.Equal(expected, Address(("DATABASE_URL", $"postgres://u:p@h/d?connect_timeout=7&sslmode={text}")).SslMode);

    [Fact]
    public void The_parts_make_an_address()
    {
        var address = Address(
            ("DB_HOST", "db"), ("DB_PORT", "5433"), ("DB_NAME", "shop"), ("DB_USER", "pay"), ("DB_PASSWORD", "a;b='c'"));
        Assert.Equal(
            ("db", 5433, "shop", "pay", "a;b='c'"),
            (address.Host, address.Port, address.Database, address.Username, address.Password));
    }

    [Fact]
    public void The_url_goes_before_the_parts() =>
        Assert.Equal("one", Address(("DATABASE_URL", "postgres://u:p@one/d"), ("DB_HOST", "two")).Host);

    [Theory]
    [InlineData("DATABASE_URL", "mysql://pay:secret@db/shop", "DATABASE_URL cannot be read")]
    [InlineData("DATABASE_URL", "postgres://pay:secret@db:port/shop", "DATABASE_URL cannot be read")]
    [InlineData("DATABASE_URL", "postgres:///shop", "DATABASE_URL cannot be read")]
    [InlineData("DATABASE_URL", "Host=db;Colour=secret", "DATABASE_URL cannot be read")]
    [InlineData("DATABASE_URL", "postgres://pay:secret@db/shop?sslmode=maybe", "DATABASE_URL has the parameter 'sslmode'")]
    [InlineData("DATABASE_URL", "postgres://pay:secret@db/shop?colour=red", "DATABASE_URL has the parameter 'colour'")]
    [InlineData("DB_NAME", "shop", "DB_NAME is set but DB_HOST is not")]
    [InlineData("DB_PASSWORD", "secret", "DB_PASSWORD is set but DB_HOST is not")]
    public void What_cannot_be_read_is_named_without_showing_the_password(string name, string value, string sentence)
    {
        var failure = Assert.Throws<StartupException>(() => Read((name, value)));
        Assert.StartsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("5432 ")]
    public void A_port_is_a_number(string port)
    {
        var failure = Assert.Throws<StartupException>(() => Read(("DB_HOST", "db"), ("DB_PORT", port)));
        Assert.Equal($"DB_PORT is '{port}': it must be a number from 1 to 65535.", failure.Message);
    }

    [Fact]
    public void The_operators_pool_sizes_go_before_ours()
    {
        var own = new NpgsqlConnectionStringBuilder(PoolSettings.ForMerchants("Host=db;Maximum Pool Size=7;Options=-c work_mem=8MB"));
        Assert.Equal((7, 200), (own.MaxPoolSize, own.MaxAutoPrepare));
        Assert.StartsWith("-c work_mem=8MB -c role=paymentgateway_merchant", own.Options, StringComparison.Ordinal);
        Assert.Equal(40, new NpgsqlConnectionStringBuilder(PoolSettings.ForSystem("Host=db")).MaxPoolSize);
    }

    private static DatabaseSettings Read(params (string Name, string Value)[] variables) => DatabaseSettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value))
            .Build(),
        "data");

    private static NpgsqlConnectionStringBuilder Address(params (string Name, string Value)[] variables) =>
        new(Read(variables).ConnectionString);
}
