using PaymentGateway.Connectors.Hdfc;

namespace PaymentGateway.Tests.Connectors.Hdfc;

public sealed class HdfcReturnTests
{
    private const string Key = "TESTRESPONSEKEY00000000000000001";

    /// <summary>The first is the value that the bank's Java kit publishes.</summary>
    public static TheoryData<string, Dictionary<string, string>, string, string> Vectors => new()
    {
        {
            "92206A0A4A75499C9B11206C2B3B9A53",
            new() { ["order_id"] = "order_1727694028", ["status"] = "AUTHORIZATION_FAILED", ["status_id"] = "27", ["myQP"] = "aGVsbG9Xb3JsZA==" },
            "myQP%3DaGVsbG9Xb3JsZA%253D%253D%26order_id%3Dorder_1727694028%26status%3DAUTHORIZATION_FAILED%26status_id%3D27",
            "8Esx2nrz3KE059rdsTkffYKu6AXXk07KzBo3KOexl3I="
        },
        {
            Key,
            new() { ["order_id"] = "ORD-1001", ["status"] = "CHARGED", ["status_id"] = "21" },
            "order_id%3DORD-1001%26status%3DCHARGED%26status_id%3D21",
            "1uDuCf5WoIe31yWqAy/ADBLmZXDdxZGPBJRTMfOReao="
        },
        {
            Key,
            new() { ["note"] = "a+b=c&d e", ["order_id"] = "ORD 1001", ["status"] = "CHARGED", ["status_id"] = "21" },
            "note%3Da%252Bb%253Dc%2526d%2520e%26order_id%3DORD%25201001%26status%3DCHARGED%26status_id%3D21",
            "wl8oAjXzu0lbeoYHbnp3P60ACz1pPIaGuYqq41RmR5o="
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_published_signature_is_made_and_verified(string key, Dictionary<string, string> fields, string message, string signature)
    {
        Assert.Equal(message, HdfcReturn.MessageOf(fields));
        Assert.Equal(signature, HdfcReturn.Sign(fields, key));
        Assert.True(HdfcReturn.Verify(Signed(fields, signature), key));
        Assert.False(HdfcReturn.Verify(Signed(fields, signature), key + "0"));
    }

    private static Dictionary<string, string> Signed(Dictionary<string, string> fields, string signature) =>
        new(fields) { ["signature"] = signature, ["signature_algorithm"] = "HMAC-SHA256" };

    private static Dictionary<string, string> Charged() => new() { ["order_id"] = "ORD-1001", ["status"] = "CHARGED", ["status_id"] = "21" };

    private static Dictionary<string, string> True() => Signed(Charged(), HdfcReturn.Sign(Charged(), Key));

    [Fact]
    public void A_signature_that_is_encoded_once_more_or_lost_its_plus_signs_fits()
    {
        var fields = new Dictionary<string, string>();
        string signature;
        // Some note whose signature has a plus sign in it.
        for (var at = 0; !(signature = HdfcReturn.Sign(fields, Key)).Contains('+'); at++)
        {
            fields["note"] = $"{at}";
        }

        Assert.True(HdfcReturn.Verify(Signed(fields, Uri.EscapeDataString(signature)), Key));
        Assert.True(HdfcReturn.Verify(Signed(fields, signature.Replace('+', ' ')), Key));
    }

    [Fact]
    public void Any_changed_added_or_missing_field_is_refused()
    {
        Assert.True(HdfcReturn.Verify(True(), Key));
        Assert.False(HdfcReturn.Verify(new Dictionary<string, string>(True()) { ["status"] = "NEW" }, Key));
        Assert.False(HdfcReturn.Verify(new Dictionary<string, string>(True()) { ["more"] = "" }, Key));
        foreach (var name in True().Keys)
        {
            var fewer = True();
            fewer.Remove(name);
            Assert.False(HdfcReturn.Verify(fewer, Key), name);
        }
    }

    [Fact]
    public void Another_algorithm_is_refused() =>
        Assert.False(HdfcReturn.Verify(new Dictionary<string, string>(True()) { ["signature_algorithm"] = "none" }, Key));

    [Fact]
    public void A_field_that_stands_twice_is_refused() =>
        Assert.False(HdfcReturn.Verify([.. True(), new("order_id", "ORD-1001")], Key));

    [Fact]
    public void Nothing_is_verified_without_a_key() => Assert.ThrowsAny<ArgumentException>(() => HdfcReturn.Verify(True(), ""));
}
