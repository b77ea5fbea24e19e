namespace PaymentGateway.Settings;

/// <summary>The mode that the keys of a processor belong to, where they themselves do not tell.</summary>
public enum KeyMode
{
    Test,
    Live,
}

/// <summary>A field of an account at a processor that the operator may set in the environment.</summary>
/// <param name="Processor">By its name.</param>
/// <param name="Field">Of its accounts.</param>
/// <param name="Variable">Where it is set. It prints as that: the value may be a secret.</param>
/// <param name="Value">Null: it is not set.</param>
public sealed record ProcessorKey(string Processor, string Field, string Variable, string? Value)
{
    public override string ToString() => Variable;
}
