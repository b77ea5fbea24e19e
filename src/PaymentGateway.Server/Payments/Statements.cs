using System.Text.RegularExpressions;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>What may stand on a customer's statement. Card networks keep 22 characters; the suffix is joined to the descriptor by "* ".</summary>
internal static partial class Statements
{
    private const int LengthMax = 22;
    private const int JoinLength = 2;

    /// <summary>Null when both can be sent to a processor.</summary>
    public static Refusal? Fault(string? descriptor, string? suffix)
    {
        var faults = new FieldFaults();
        Check("statementDescriptor", descriptor, faults);
        Check("statementDescriptorSuffix", suffix, faults);
        faults.AddUnless(suffix is null || descriptor is not null, "statementDescriptorSuffix", "needs a statementDescriptor");
        faults.AddUnless(suffix is null || descriptor is null || descriptor.Length + JoinLength + suffix.Length <= LengthMax,
            "statementDescriptorSuffix", $"must fit into {LengthMax} characters together with the descriptor and \"* \" between them");
        return faults.Refusal;
    }

    private static void Check(string field, string? text, FieldFaults faults) => faults.AddUnless(
        text is null || Pattern().IsMatch(text), field,
        $"must have 1 to {LengthMax} letters, digits, spaces and . , & / - +, with a letter among them and no space at either end");

    [GeneratedRegex(@"^(?=.*[A-Za-z])(?! )[A-Za-z0-9 .,&/+-]{1,22}(?<! )\z")]
    private static partial Regex Pattern();
}
