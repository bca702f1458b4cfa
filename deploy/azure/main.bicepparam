// The values of one deployment. Replace the text in angle brackets. None of the values is a secret. Not deployed yet; see
// main.bicep.
using './main.bicep'

param image = '<registry>/teams-token-exchange@sha256:<digest>'
param acsName = '<name of the ACS resource>'
param entraApiClientId = '<application id of the API registration>'
param entraClientIds = '<application id of the client registration>'
