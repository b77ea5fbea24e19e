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
        var hash = passwords.Hash("correct horse battery");
        var (known, nobody) = (Measure(() => passwords.Fits(hash, "wrong")), Measure(() => passwords.Fits(null, "wrong")));
        Assert.InRange(nobody / known, 0.3, 3);
    }

    /// <summary>The shortest of a few runs: the others met something else that runs here.</summary>
    private static double Measure(Action work) => Enumerable.Range(0, 7).Min(_ =>
    {
        var start = TimeProvider.System.GetTimestamp();
        work();
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    });
}
