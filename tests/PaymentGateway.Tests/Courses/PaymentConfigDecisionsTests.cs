using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Courses;

public sealed class PaymentConfigDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 21, 9, 30, 0, TimeSpan.Zero);
    private static readonly CourseSettings now = CourseSettings.Default(new("MERCH_GQ_003", Mode.Test));
    private static readonly PutPaymentConfigBody nothing = new(0, null, null, null, null, null, null);

    [Fact]
    public void What_is_left_out_stays()
    {
        var next = PaymentConfigDecisions.Update(now, nothing with { Methods = new(null, null, null, Wallet: false) }, when).Value;
        Assert.Equal((now.Limits, now.SessionLifetime, 1, when), (next.Limits, next.SessionLifetime, next.Version, next.UpdatedAt));
        Assert.Equal(["card", "netbanking", "upi"], next.Methods);
        Assert.Equal((null, next.Methods), (now.MethodsWanted, next.MethodsWanted));
        Assert.Null(PaymentConfigDecisions.AccountFields(nothing));
    }

    [Theory]
    [InlineData("10", "1000", 5, true)]
    [InlineData("1000", "500000", 30, true)]
    [InlineData("999.99", "1000.01", 15, true)]
    [InlineData("9.99", "500000", 15, false)]
    [InlineData("1000.01", "500000", 15, false)]
    [InlineData("10", "999.99", 15, false)]
    [InlineData("10", "500000.01", 15, false)]
    [InlineData("10.001", "500000", 15, false)]
    [InlineData("10", "500000", 4, false)]
    [InlineData("10", "500000", 31, false)]
    public void Limits_and_session_have_their_ranges(string minimum, string maximum, int minutes, bool isRight)
    {
        var asked = nothing with { MinimumAmount = new(minimum), MaximumAmount = new(maximum), SessionTimeoutMinutes = minutes };
        Assert.Equal(isRight, !PaymentConfigDecisions.Update(now, asked, when).IsRefused);
    }

    [Fact]
    public void Every_faulty_field_is_named()
    {
        var asked = new PutPaymentConfigBody(
            null, null, new Dictionary<string, string?> { ["merchantId"] = "x" }, new(false, false, false, false), new("5"), new("900000"), 60);
        var refusal = PaymentConfigDecisions.Update(now, asked, when).Refusal!;
        Assert.Equal("INVALID_CONFIGURATION", refusal.Kind.Code);
        Assert.Equal(
            ["credentials.merchantId", "maximumAmount", "methods", "minimumAmount", "sessionTimeoutMinutes", "version"],
            ((IReadOnlyDictionary<string, List<string>>)refusal.Details!["fields"]!).Keys.Order());
    }

    [Fact]
    public void Faults_of_the_account_have_the_names_of_the_request()
    {
        var refusal = PaymentConfigDecisions.OfAccount(Refusal.Fields(Errors.ValidationFailed, new Dictionary<string, List<string>>
        {
            ["fields.merchantId"] = ["is required"],
            ["fields.apiKey"] = ["must have no colon"],
        }));
        Assert.Equal(
            ["merchantId", "credentials.apiKey"], ((IReadOnlyDictionary<string, List<string>>)refusal.Details!["fields"]!).Keys);
        Assert.Equal("INVALID_CONFIGURATION", refusal.Kind.Code);
    }

    [Fact]
    public void Another_version_is_a_conflict_that_says_which_it_is_now()
    {
        var refusal = PaymentConfigDecisions.Update(now with { Version = 7 }, nothing, when).Refusal!;
        Assert.Equal(("VERSION_CONFLICT", (object)7), (refusal.Kind.Code, refusal.Details!["version"]!));
    }
}
