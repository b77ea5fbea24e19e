namespace PaymentGateway.Http;

/// <summary>Collects what is wrong with the fields of one request.</summary>
public sealed class FieldFaults
{
    private readonly Dictionary<string, List<string>> fields = [];

    /// <summary>The names of those that are faulty.</summary>
    public IReadOnlyCollection<string> Fields => fields.Keys;

    public Refusal? Refusal => fields.Count > 0 ? Http.Refusal.Fields(Errors.ValidationFailed, fields) : null;

    public void AddUnless(bool isRight, string field, string sentence)
    {
        if (!isRight)
        {
            Add(field, sentence);
        }
    }

    public void Add(string field, string sentence)
    {
        if (!fields.TryGetValue(field, out var sentences))
        {
            fields[field] = sentences = [];
        }

        sentences.Add(sentence);
    }
}
