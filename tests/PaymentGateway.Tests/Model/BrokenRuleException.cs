namespace PaymentGateway.Tests.Model;

/// <summary>A rule that must always hold does not.</summary>
public sealed class BrokenRuleException : Exception
{
    public BrokenRuleException()
    {
    }

    public BrokenRuleException(string rule)
        : base(rule)
    {
    }

    public BrokenRuleException(string rule, Exception cause)
        : base(rule, cause)
    {
    }
}
