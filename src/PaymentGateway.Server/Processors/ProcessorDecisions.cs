using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>What a merchant sets of an account; what is null stays as it is.</summary>
/// <param name="Fields">By the names that <c>GET processors</c> lists. An empty text removes a field.</param>
internal sealed record PutAccount(bool? Enabled = null, int? Priority = null, IReadOnlyDictionary<string, string?>? Fields = null);

/// <summary>The rules of accounts at processors.</summary>
internal static class ProcessorDecisions
{
    public const int PriorityMax = 1000;
    public const int PriorityOtherwise = 100;
    private const int FieldLengthMax = 4096;

    /// <param name="now">Null: the merchant has none there yet.</param>
    /// <param name="id">Of a new one.</param>
    /// <param name="known">What the processor's accounts are made of.</param>
    public static Outcome<MerchantAccount> Put(
        MerchantAccount? now, PutAccount asked, string id, Tenant tenant, string connector, IReadOnlyList<AccountField> known, DateTimeOffset when)
    {
        var faults = new FieldFaults();
        var fields = Merge(now?.Fields, asked.Fields, known, tenant.Mode, faults);
        faults.AddUnless(asked.Priority is null or (>= 0 and <= PriorityMax), "priority", $"must be a whole number from 0 to {PriorityMax}");
        return faults.Refusal is { } refusal
            ? refusal
            : new MerchantAccount(
                now?.Id ?? id, tenant, connector, (now?.Version ?? 0) + 1, asked.Enabled ?? now?.Enabled ?? true,
                asked.Priority ?? now?.Priority ?? PriorityOtherwise, fields, now?.CreatedAt ?? when, when);
    }

    private static Dictionary<string, string> Merge(
        IReadOnlyDictionary<string, string>? now, IReadOnlyDictionary<string, string?>? asked, IReadOnlyList<AccountField> known, Mode mode,
        FieldFaults faults)
    {
        var merged = new Dictionary<string, string>(now ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in asked ?? new Dictionary<string, string?>())
        {
            var field = known.FirstOrDefault(f => f.Name == name);
            faults.AddUnless(field is not null, $"fields.{name}", $"is not known: {string.Join(", ", known.Select(f => f.Name))}");
            if (string.IsNullOrEmpty(value))
            {
                merged.Remove(name);
            }
            else if (field is not null)
            {
                merged[name] = value;
                faults.AddUnless(value.Length <= FieldLengthMax, $"fields.{name}", $"must have at most {FieldLengthMax} characters");
                if (field.Fault?.Invoke(value, mode) is { } fault)
                {
                    faults.AddUnless(false, $"fields.{name}", fault);
                }
            }
        }

        foreach (var required in known.Where(field => field.IsRequired && !merged.ContainsKey(field.Name)))
        {
            faults.AddUnless(false, $"fields.{required.Name}", $"is required: {required.Meaning}");
        }

        return merged;
    }
}
