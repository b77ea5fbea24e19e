using PaymentGateway.People;

namespace PaymentGateway.Tests.People;

public sealed class PasswordTests
{
    private readonly Passwords passwords = new();

    [Fact]
    public void Only_the_right_one_fits_and_each_hash_is_another()
    {
        var hash = passwords.Hash("correct horse battery");
        Assert.True(passwords.Fits(hash, "correct horse battery"));
        Assert.False(passwords.Fits(hash, "correct horse batterY"));
        Assert.NotEqual(hash, passwords.Hash("correct horse battery"));
        Assert.False(passwords.IsOutdated(hash));
        Assert.True(passwords.IsOutdated(new Passwords(1000).Hash("correct horse battery")));
        Assert.True(passwords.Fits(new Passwords(1000).Hash("correct horse battery"), "correct horse battery"));
    }

    [Fact]
    public void Nobody_has_no_password_and_is_asked_for_as_long()
    {
        Assert.False(passwords.Fits(null, "correct horse battery"));
        Assert.Equal(CostOf(passwords.Hash("correct horse battery")), CostOf(passwords.Nobodys));
    }

    /// <summary>Version, function, rounds and length of the salt, as the hasher writes them before the salt; and the length of all.</summary>
    private static (string Head, int Length) CostOf(string hash)
    {
        var bytes = Convert.FromBase64String(hash);
        return (Convert.ToHexString(bytes.AsSpan(0, 13)), bytes.Length);
    }
}
