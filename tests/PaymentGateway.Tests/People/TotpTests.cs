using System.Text;
using PaymentGateway.People;

namespace PaymentGateway.Tests.People;

public sealed class TotpTests
{
    private static readonly byte[] secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, SHA-1: its eight digits end in the six that apps show.</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code[2..], Totp.CodeOf(secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void One_step_to_either_side_is_taken(int seconds, bool taken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1111111111);
        var code = Totp.CodeOf(secret, Totp.StepOf(now.AddSeconds(seconds)));
        Assert.Equal(taken ? Totp.StepOf(now.AddSeconds(seconds)) : null, Totp.Find(secret, code, now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    [InlineData("٠٥٠٤٧١")]
    public void What_is_no_code_is_none(string text) =>
        Assert.Null(Totp.Find(secret, text, DateTimeOffset.FromUnixTimeSeconds(1111111111)));

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    public void Secrets_are_written_as_apps_read_them(string bytes, string text) =>
        Assert.Equal(text, Totp.Base32Of(Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void The_address_names_account_and_issuer() => Assert.Equal(
        "otpauth://totp/PaymentGateway:a%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=PaymentGateway&algorithm=SHA1&digits=6&period=30",
        Totp.UriOf(secret, "a+b@example.com", "PaymentGateway"));
}
