using System.Security.Cryptography;
using PaymentGateway.Identity;
using PaymentGateway.Settings;

namespace PaymentGateway.Tests.Identity;

public sealed class SecretVaultTests
{
    private static readonly EncryptionKey oldKey = new("old", RandomNumberGenerator.GetBytes(EncryptionKey.Length));
    private static readonly EncryptionKey newKey = new("new", RandomNumberGenerator.GetBytes(EncryptionKey.Length));

    private readonly SecretVault before = new(new([oldKey]));
    private readonly SecretVault rotated = new(new([newKey, oldKey]));

    [Theory]
    [InlineData("")]
    [InlineData("whsec_test_1")]
    [InlineData("ключ 🔑 with a . dot")]
    public void A_secret_comes_back_as_it_was(string text)
    {
        var sealedText = before.Encrypt("p", text);
        Assert.StartsWith("v1.old.", sealedText, StringComparison.Ordinal);
        Assert.Equal(text, before.Decrypt("p", sealedText));
        Assert.NotEqual(sealedText, before.Encrypt("p", text));
    }

    [Fact]
    public void A_secret_of_one_purpose_does_not_open_for_another() =>
        Assert.Throws<SecretUnreadableException>(() => before.Decrypt("q", before.Encrypt("p", "x")));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("v1.old")]
    [InlineData("v2.old.AAAA")]
    [InlineData("v1.old.AAAA")]
    [InlineData("v1.old.!")]
    [InlineData("v1.lost.AAAA")]
    public void What_is_no_envelope_is_refused(string text) => Assert.Throws<SecretUnreadableException>(() => before.Decrypt("p", text));

    [Fact]
    public void A_changed_byte_anywhere_is_found()
    {
        var parts = before.Encrypt("p", "secret").Split('.');
        var bytes = Convert.FromBase64String(parts[2]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Throws<SecretUnreadableException>(() => before.Decrypt("p", $"v1.old.{Convert.ToBase64String(changed)}"));
        }
    }

    [Fact]
    public void A_rotated_ring_reads_the_old_and_writes_the_new()
    {
        Assert.Equal("x", rotated.Decrypt("p", before.Encrypt("p", "x")));
        var fresh = rotated.Encrypt("p", "x");
        Assert.StartsWith("v1.new.", fresh, StringComparison.Ordinal);
        Assert.Throws<SecretUnreadableException>(() => before.Decrypt("p", fresh));
    }

    [Fact]
    public void A_rotated_ring_derives_what_it_always_derived()
    {
        Assert.Equal(before.ClientSecretOf("order_1"), rotated.ClientSecretOf("order_1"));
        Assert.Equal(before.DeriveKey("p"), rotated.DeriveKey("p"));
        Assert.Equal(before.Sign("p", "x"), rotated.Sign("p", "x"));
    }

    [Fact]
    public void A_client_secret_fits_its_object_only()
    {
        var secret = before.ClientSecretOf("order_1");
        Assert.Matches("^order_1_secret_[0-9a-hjkmnp-tv-z]{32}$", secret);
        Assert.True(before.IsClientSecretOf("order_1", secret));
        Assert.False(before.IsClientSecretOf("order_2", secret));
        Assert.False(before.IsClientSecretOf("order_1", null));
        Assert.False(before.IsClientSecretOf("order_1", ""));
        Assert.False(before.IsClientSecretOf("order_1", secret[..^1]));
        Assert.False(before.IsClientSecretOf("order_1", secret + "0"));
        Assert.NotEqual(secret, new SecretVault(new([newKey])).ClientSecretOf("order_1"));
    }

    [Fact]
    public void A_signature_fits_its_purpose_and_text_only()
    {
        var signature = before.Sign("return", "orderId=1");
        Assert.Matches("^[0-9a-f]{64}$", signature);
        Assert.True(before.IsSignature("return", "orderId=1", signature));
        Assert.False(before.IsSignature("return", "orderId=2", signature));
        Assert.False(before.IsSignature("other", "orderId=1", signature));
        Assert.False(before.IsSignature("return", "orderId=1", null));
    }

    /// <summary>Stored values outlive releases: this one was computed apart, by RFC 5869 and RFC 2104 in another language.</summary>
    [Fact]
    public void Derivation_never_changes()
    {
        var vault = new SecretVault(new([new EncryptionKey("fixed", [.. Enumerable.Range(0, 32).Select(i => (byte)i)])]));
        Assert.Equal("order_1_secret_96esdsbqfqvxzq3yevntmc1xgc82s3nd", vault.ClientSecretOf("order_1"));
    }
}
