using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PaymentGateway.People;
using PaymentGateway.Settings;

namespace PaymentGateway.Tests.People;

public sealed class AccessTokenTests
{
    private static readonly EncryptionKey key = new("k1", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private static readonly EncryptionKey other = new("k2", [.. Enumerable.Range(101, 32).Select(i => (byte)i)]);

    private readonly ManualClock clock = new();
    private readonly AccessToken said = new("usr_1", "ses_1", ["student", "admin"], HasFactor: true);

    [Fact]
    public void What_is_made_is_read()
    {
        var read = Tokens(key).Read(Tokens(key).Make(said))!;
        Assert.Equal((said.UserId, said.SessionId, true), (read.UserId, read.SessionId, read.HasFactor));
        Assert.Equal(said.Roles, read.Roles);
        Assert.False(Tokens(key).Read(Tokens(key).Make(said with { HasFactor = false }))!.HasFactor);
    }

    [Fact]
    public void It_lives_ten_minutes_to_the_second()
    {
        var token = Tokens(key).Make(said);
        clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.NotNull(Tokens(key).Read(token));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Tokens(key).Read(token));
    }

    [Fact]
    public void Keys_are_rotated()
    {
        var old = Tokens(key).Make(said);
        Assert.NotNull(Tokens(other, key).Read(old));
        var fresh = Tokens(other, key).Make(said);
        Assert.Contains("\"k2\"", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(fresh.Split('.')[0])), StringComparison.Ordinal);
        Assert.Null(Tokens(other).Read(old));
        Assert.Null(Tokens(key).Read(fresh));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS512","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"hs256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","alg":"none","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k2"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","typ":"at+jwt","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k1","crit":["exp"]}""")]
    [InlineData("""[]""")]
    public void A_head_that_is_not_ours_is_refused_though_it_is_signed(string head) => Assert.Null(Tokens(key).Read(Signed(head, Claims())));

    [Theory]
    [InlineData("iss", "\"somebody\"")]
    [InlineData("aud", "\"another-api\"")]
    [InlineData("aud", "[\"paymentgateway-api\"]")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "0")]
    [InlineData("nbf", "31")]
    [InlineData("iat", "31")]
    [InlineData("sub", "null")]
    [InlineData("amr", "\"otp\"")]
    public void A_claim_that_does_not_hold_is_refused(string name, string value)
    {
        Assert.NotNull(Tokens(key).Read(Signed(Head, Claims())));
        Assert.Null(Tokens(key).Read(Signed(Head, Claims(name, value))));
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("sub")]
    [InlineData("sid")]
    public void A_claim_that_is_missing_is_refused(string name) => Assert.Null(Tokens(key).Read(Signed(Head, Claims(name, null))));

    [Fact]
    public void Every_byte_counts()
    {
        var token = Tokens(key).Make(said);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // The last character of a part has bits that stand for nothing.
            Assert.True(changed == token || Tokens(key).Read(changed) is null || i == token.Length - 1, $"{i}");
        }

        Assert.Null(Tokens(key).Read(token[..token.LastIndexOf('.')] + "."));
        Assert.Null(Tokens(key).Read("..") ?? Tokens(key).Read("a.b.c") ?? Tokens(key).Read(new string('.', 5000)));
    }

    /// <summary>jsonwebtoken is what most Node servers check tokens with; its script is in <c>tests/ClientLibraries</c>.</summary>
    [Fact]
    public async Task A_library_of_another_language_takes_our_tokens_and_we_take_only_its_good_ones()
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["jwt.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "ClientLibraries"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["TOKEN"] = Tokens(key).Make(said),
                ["SECRET"] = Convert.ToBase64String(key.Bytes),
                ["NOW"] = $"{clock.GetUtcNow().ToUnixTimeSeconds()}",
            },
        })!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        var lines = (await output).Trim().Split('\n');
        Assert.Equal("usr_1 ses_1 student,admin pwd,otp", lines[0]);
        Assert.NotNull(Tokens(key).Read(lines[1]));
        Assert.All(lines[2..], line => Assert.Null(Tokens(key).Read(line)));
        Assert.Equal(7, lines.Length);
    }

    private const string Head = """{"alg":"HS256","typ":"JWT","kid":"k1"}""";

    private AccessTokens Tokens(params EncryptionKey[] keys) => new(new(keys), new(clock));

    /// <param name="name">The claim that is different.</param>
    /// <param name="value">As JSON; times count from now. Null: it is missing.</param>
    private string Claims(string? name = null, string? value = "")
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, string?>
        {
            ["iss"] = "\"paymentgateway\"",
            ["aud"] = "\"paymentgateway-api\"",
            ["sub"] = "\"usr_1\"",
            ["sid"] = "\"ses_1\"",
            ["roles"] = "[\"student\"]",
            ["amr"] = "[\"pwd\"]",
            ["iat"] = $"{now}",
            ["nbf"] = $"{now}",
            ["exp"] = $"{now + 600}",
        };
        if (name is not null)
        {
            claims[name] = long.TryParse(value, out var seconds) ? $"{now + seconds}" : value;
        }

        return "{" + string.Join(',', claims.Where(c => c.Value is not null).Select(c => $"\"{c.Key}\":{c.Value}")) + "}";
    }

    private static string Signed(string head, string claims)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key.Bytes, Encoding.ASCII.GetBytes(text)))}";
    }
}
